/** What is known of an adapter in words, e.g. `google swiftshader`. */
export function adapterName({ vendor, architecture, description }: GPUAdapterInfo): string {
  const words = [vendor, architecture, description].filter((word) => word !== '');
  return [...new Set(words)].join(' ') || 'Unnamed adapter';
}

/** Whether a processor plays the graphics card. */
export function isSoftwareAdapter(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(adapterName(info));
}
