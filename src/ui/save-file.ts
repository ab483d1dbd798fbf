/** Something to save. */
export interface SavedFile {
  readonly name: string;
  /** MIME type. */
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer> | Blob;
}

/** Hands the reader a file. */
export function saveFile({ name, type, content }: SavedFile): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has its own hold on the data once the click is handled.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
