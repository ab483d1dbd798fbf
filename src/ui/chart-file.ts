/** Properties that a stylesheet may give to the shapes of a chart. */
const drawnProperties = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-opacity',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linejoin',
  'stroke-linecap',
  'paint-order',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'display',
  'visibility',
];

const namespace = 'http://www.w3.org/2000/svg';
const titleHeight = 24;

/** A picture on its own: an SVG document, and its size in CSS pixels. */
export interface ChartPicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/**
 * What a chart shows now as one SVG document: its layers one over the other, every colour and font as the theme has
 * resolved it, the title on top, on the panel's ground. Fonts are named, not embedded.
 *
 * @param body The element that holds the chart's SVG elements.
 * @returns null if there is no drawing in it, as while a table is shown.
 */
export function chartPicture(body: HTMLElement, title: string): ChartPicture | null {
  const layers = [...body.querySelectorAll('svg')].filter(
    (svg) => svg.parentElement?.closest('svg') === null && svg.getBoundingClientRect().width > 0,
  );
  if (layers.length === 0) return null;
  const frame = body.getBoundingClientRect();
  const picture = document.createElementNS(namespace, 'svg');
  const content = body.querySelector<HTMLElement>('[role="slider"]') ?? body;
  const width = Math.ceil(frame.width);
  const height = Math.ceil(Math.max(frame.height, content.scrollHeight)) + titleHeight;
  setAttributes(picture, { xmlns: namespace, width, height, viewBox: `0 0 ${width} ${height}` });
  const style = getComputedStyle(body.closest('figure') ?? body);
  picture.append(element('rect', { width, height, fill: style.backgroundColor }), heading(title, style));
  for (const layer of layers) picture.append(placedCopy(layer, frame, content.scrollTop));
  return { svg: `${new XMLSerializer().serializeToString(picture)}\n`, width, height };
}

function heading(title: string, style: CSSStyleDeclaration): SVGElement {
  const text = element('text', {
    x: 12,
    y: 17,
    fill: style.color,
    'font-family': style.fontFamily,
    'font-size': '13px',
    'font-weight': 600,
  });
  text.textContent = title;
  return text;
}

/** A layer where it lies in the frame, with its styles written out. */
function placedCopy(layer: SVGSVGElement, frame: DOMRect, scrollTop: number): SVGElement {
  const copy = layer.cloneNode(true) as SVGSVGElement;
  const box = layer.getBoundingClientRect();
  inlineStyles(layer, copy);
  for (const attribute of ['class', 'style', 'role', 'tabindex']) copy.removeAttribute(attribute);
  const [top, right, bottom, left] = clipOf(layer);
  const width = box.width - left - right;
  const height = box.height - top - bottom;
  setAttributes(copy, {
    x: box.left - frame.left + left,
    y: box.top - frame.top + scrollTop + titleHeight + top,
    width,
    height,
    overflow: top + right + bottom + left > 0 ? 'hidden' : 'visible',
  });
  if (layer.viewBox.baseVal.width === 0 || left + top > 0) {
    copy.setAttribute('viewBox', `${left} ${top} ${width} ${height}`);
  }
  return copy;
}

type Sides = readonly [top: number, right: number, bottom: number, left: number];

/** How far the element around a layer cuts it, in pixels. */
function clipOf(layer: SVGSVGElement): Sides {
  const around = layer.closest<HTMLElement>('[style*="clip-path"]');
  const [top = 0, right = top, bottom = top, left = right] = Array.from(
    (around === null ? '' : getComputedStyle(around).clipPath).matchAll(/-?[\d.]+(?=px)/g),
    ([length]) => Number(length),
  );
  return [top, right, bottom, left];
}

/** Writes what the page's stylesheets say into the copies, whose order is that of the originals. */
function inlineStyles(original: Element, copy: Element): void {
  const originals = [original, ...original.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [index, one] of originals.entries()) {
    const target = copies[index];
    if (target === undefined) continue;
    const style = getComputedStyle(one);
    for (const property of drawnProperties) {
      const value = style.getPropertyValue(property);
      if (value !== '') target.setAttribute(property, value.replaceAll('"', "'"));
    }
    // Charts cut their lines exactly; where a stylesheet lifts that, markers on the edge stay whole.
    if (style.clipPath === 'none') target.removeAttribute('clip-path');
    target.removeAttribute('class');
    target.removeAttribute('style');
  }
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(namespace, name);
  setAttributes(made, attributes);
  return made;
}

function setAttributes(target: Element, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}

/** The picture as PNG, at twice its size in CSS pixels. */
export async function chartPng({ svg, width, height }: ChartPicture): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser made no picture.'))), 'image/png');
  });
}
