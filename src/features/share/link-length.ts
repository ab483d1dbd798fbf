/** What messengers and forums with the tightest limits still take whole. */
export const chatLength = 2000;

/** Bytes that the largest QR code holds with the least error correction (ISO/IEC 18004, version 40-L). */
export const qrLength = 2953;

export interface LengthWords {
  readonly isLong: boolean;
  readonly words: string;
}

/** How long a link is, and where that is too long. */
export function lengthWords(length: number): LengthWords {
  const size = `${length} characters`;
  if (length > qrLength) {
    return {
      isLong: true,
      words: `${size}: too long for a QR code (${qrLength}), and chat programs may cut it. Leave out the comments, or shorten the schedule.`,
    };
  }
  if (length > chatLength) {
    return {
      isLong: true,
      words: `${size}: chat programs may cut links after ${chatLength}. Leave out the comments, or send it by mail.`,
    };
  }
  return { isLong: false, words: `${size}: short enough for chat programs and a QR code.` };
}
