import type { editor } from 'monaco-editor/editor';
import type { Theme } from '../../ui/theme.ts';

export const THEME_NAMES = { dark: 'playground-dark', light: 'playground-light' } as const satisfies Record<
  Theme,
  string
>;

type Token = `--${string}`;

const COLOURS: Readonly<Record<string, Token | readonly [token: Token, alpha: string]>> = {
  foreground: '--ink',
  focusBorder: '--signal',
  'editor.background': '--panel',
  'editor.foreground': '--ink',
  'editor.lineHighlightBackground': '--hover',
  'editor.selectionBackground': '--active',
  'editor.inactiveSelectionBackground': '--active',
  'editor.findMatchBackground': ['--warn', '4d'],
  'editor.findMatchHighlightBackground': ['--warn', '26'],
  'editor.foldBackground': ['--active', '80'],
  'editorLineNumber.foreground': '--ink-3',
  'editorLineNumber.activeForeground': '--ink',
  'editorCursor.foreground': '--signal',
  'editorIndentGuide.background1': '--grid',
  'editorIndentGuide.activeBackground1': '--line-strong',
  'editorBracketMatch.background': '--active',
  'editorBracketMatch.border': '--line-strong',
  'editorBracketHighlight.unexpectedBracket.foreground': '--ink-3',
  'editorGutter.foldingControlForeground': '--ink-3',
  'editorError.foreground': '--error',
  'editorWarning.foreground': '--warn',
  'editorInfo.foreground': '--info',
  'editorHint.foreground': '--info',
  'editorLightBulb.foreground': '--warn',
  'editorLightBulbAutoFix.foreground': '--info',
  'editorInlayHint.foreground': '--ink-3',
  'editorInlayHint.background': '--raised',
  'editorWidget.background': '--raised',
  'editorWidget.border': '--line-strong',
  'editorWidget.foreground': '--ink',
  'editorHoverWidget.background': '--raised',
  'editorHoverWidget.border': '--line-strong',
  'editorHoverWidget.foreground': '--ink',
  'editorHoverWidget.statusBarBackground': '--hover',
  'editorSuggestWidget.background': '--raised',
  'editorSuggestWidget.border': '--line-strong',
  'editorSuggestWidget.foreground': '--ink-2',
  'editorSuggestWidget.highlightForeground': '--signal',
  'editorSuggestWidget.focusHighlightForeground': '--signal',
  'editorSuggestWidget.selectedBackground': '--active',
  'editorSuggestWidget.selectedForeground': '--ink',
  'list.hoverBackground': '--hover',
  'list.focusBackground': '--active',
  'list.focusForeground': '--ink',
  'list.highlightForeground': '--signal',
  'quickInput.background': '--raised',
  'quickInputList.focusBackground': '--active',
  'menu.background': '--raised',
  'menu.foreground': '--ink',
  'menu.selectionBackground': '--active',
  'menu.selectionForeground': '--ink',
  'input.background': '--well',
  'input.foreground': '--ink',
  'input.border': '--control-line',
  'inputOption.activeBackground': '--active',
  'inputOption.activeBorder': '--signal',
  'textLink.foreground': '--signal',
  'textLink.activeForeground': '--signal-hover',
  'textCodeBlock.background': '--hover',
  'textPreformat.foreground': '--ink',
  'scrollbarSlider.background': ['--line-strong', '80'],
  'scrollbarSlider.hoverBackground': ['--line-strong', 'b3'],
  'scrollbarSlider.activeBackground': '--line-strong',
  'scrollbar.shadow': ['--line', '00'],
  'widget.shadow': ['--bench', '66'],
  'editorOverviewRuler.border': ['--line', '00'],
  'editorOverviewRuler.errorForeground': '--error',
  'editorOverviewRuler.warningForeground': '--warn',
  'editorOverviewRuler.infoForeground': '--info',
};

const TOKENS: readonly (readonly [token: string, colour: Token])[] = [
  ['', '--ink'],
  ['key', '--ink-2'],
  ['string', '--ink'],
  ['number', '--info'],
  ['comment', '--ink-3'],
  ['delimiter', '--ink-3'],
];

/**
 * Monaco's theme in the colours of the page.
 *
 * @param readToken The computed value of a design token, `#rrggbb`: Monaco reads no custom properties.
 */
export function themeData(theme: Theme, readToken: (name: Token) => string): editor.IStandaloneThemeData {
  return {
    base: theme === 'dark' ? 'vs-dark' : 'vs',
    inherit: false,
    rules: TOKENS.map(([token, colour]) => ({ token, foreground: sixDigits(readToken(colour)).slice(1) })),
    colors: Object.fromEntries(
      Object.entries(COLOURS).map(([key, value]) => {
        const [token, alpha] = typeof value === 'string' ? [value, ''] : value;
        return [key, sixDigits(readToken(token)) + alpha];
      }),
    ),
  };
}

/** `#rgb` as `#rrggbb`: a build may have shortened the tokens. */
function sixDigits(color: string): string {
  return /^#[\da-f]{3}$/i.test(color) ? color.replace(/[\da-f]/gi, '$&$&') : color;
}
