import type { ButtonHTMLAttributes, MouseEvent, ReactElement, ReactNode, Ref } from 'react';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icons.tsx';
import { Tooltip } from './tooltip.tsx';

export type ButtonVariant = 'primary' | 'outlined' | 'quiet' | 'danger';

type NativeProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled' | 'aria-disabled' | 'className' | 'title'>;

interface CommonProps extends NativeProps {
  /** `danger` is outlined red; with `filled` it is the one verb of a confirmation. */
  readonly variant?: ButtonVariant;
  readonly filled?: boolean;
  /** `small` 24 px, for panel heads; `medium` 28 px; `large` 32 px, for the page's header. All are 44 px on touch screens. */
  readonly size?: 'small' | 'medium' | 'large';
  /** Why the button does nothing now, as a sentence. It then looks disabled, stays focusable and tells the reason. */
  readonly disabledReason?: string | undefined;
  /** What the button does, when its words are not enough. */
  readonly hint?: ReactNode;
  readonly className?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement>;
}

export interface ButtonProps extends CommonProps {
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export interface IconButtonProps extends CommonProps {
  readonly icon: IconName;
  /** The accessible name, also shown as the tooltip unless there is a `hint`. */
  readonly label: string;
}

function stop(event: MouseEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function BaseButton(props: CommonProps & { readonly square: boolean; readonly children: ReactNode }): ReactElement {
  const {
    variant = 'outlined',
    size = 'medium',
    filled = false,
    square,
    disabledReason,
    hint,
    className,
    onClick,
    children,
    ...rest
  } = props;
  const isDisabled = disabledReason !== undefined;
  const own = isDisabled ? { 'aria-disabled': true, 'aria-description': disabledReason, onClick: stop } : { onClick };
  const looks = [styles[variant], styles[size], filled && styles.filled, square && styles.square];
  return (
    <Tooltip text={disabledReason ?? hint} stays={isDisabled}>
      <button type="button" {...rest} {...own} className={classNames(styles.button, ...looks, className)}>
        {children}
      </button>
    </Tooltip>
  );
}

/** A verb. At most one `primary` on a screen. */
export function Button({ icon, children, ...rest }: ButtonProps): ReactElement {
  return (
    <BaseButton {...rest} square={false}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </BaseButton>
  );
}

/** A button whose words are an icon: the name is in `label`. */
export function IconButton({ icon, label, hint, ...rest }: IconButtonProps): ReactElement {
  return (
    <BaseButton {...rest} square hint={hint ?? label} aria-label={label}>
      <Icon name={icon} />
    </BaseButton>
  );
}
