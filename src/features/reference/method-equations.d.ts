declare module 'virtual:method-equations' {
  /** By class name: MathML of each displayed line, and what the symbols mean as words and MathML in turn, words first. */
  const equations: Readonly<
    Record<string, { readonly lines: readonly string[]; readonly where: readonly string[] } | undefined>
  >;
  export default equations;
}
