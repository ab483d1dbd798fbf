/** A message as its first sentence, the fact, and the rest, the reason. Full stops between backticks end nothing. */
export function factAndReason(message: string): { readonly fact: string; readonly reason: string } {
  let isCode = false;
  for (let at = 0; at < message.length; at += 1) {
    const character = message[at];
    if (character === '`') isCode = !isCode;
    const endsSentence = character === '.' && !isCode && /^\s/.test(message.slice(at + 1));
    if (endsSentence) return { fact: message.slice(0, at + 1), reason: message.slice(at + 1).trim() };
  }
  return { fact: message, reason: '' };
}
