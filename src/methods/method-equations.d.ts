declare module 'virtual:method-equations' {
  /** MathML of each displayed line, and what the symbols mean as words and MathML in turn, words first. */
  export interface MethodEquation {
    readonly lines: readonly string[];
    readonly where: readonly string[];
  }

  /** By class name. */
  const equations: Readonly<Record<string, MethodEquation | undefined>>;
  export default equations;
}
