import type { ReactElement } from 'react';
import equations from 'virtual:method-equations';
import type { MethodDefinition } from '../../methods/define-method.ts';
import { codeSpans } from '../../ui/code-spans.tsx';
import { classNames } from '../../ui/class-names.ts';
import formulaStyles from '../../ui/formula.module.css';
import styles from './method-reference.module.css';

/** The formula as it is set in papers, and what its symbols mean; in plain text where a method has no other. */
export function MethodFormula({ method }: { readonly method: MethodDefinition }): ReactElement | null {
  const { name, formula } = method;
  const equation = equations[name];
  if (equation === undefined) return formula === undefined ? null : <p className={styles.plain}>{formula}</p>;
  return (
    <div className={classNames(styles.equation, formulaStyles.formula)}>
      <div className={styles.formula} role="group" aria-label={`Formula of ${name}`} tabIndex={0}>
        {equation.lines.map((line) => (
          <MathMarkup key={line} markup={line} />
        ))}
      </div>
      <p className={styles.where}>
        {equation.where.map((part, index) =>
          index % 2 === 0 ? <span key={index}>{codeSpans(part)}</span> : <MathMarkup key={index} markup={part} />,
        )}
      </p>
    </div>
  );
}

/** Markup that the build made of this project's own TeX: nothing of a reader's ever comes here. */
function MathMarkup({ markup }: { readonly markup: string }): ReactElement {
  return <span dangerouslySetInnerHTML={{ __html: markup }} />;
}
