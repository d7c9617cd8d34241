// The editor's two colour themes, and JSON's grammar (Monaco's own comes with a language server that is not needed).

const rules = (colours) => [
  { token: "comment", foreground: colours.comment, fontStyle: "italic" },
  { token: "keyword", foreground: colours.keyword },
  { token: "string", foreground: colours.string },
  { token: "number", foreground: colours.number },
  { token: "type", foreground: colours.type },
  { token: "tag", foreground: colours.keyword },
  { token: "attribute.name", foreground: colours.type },
  { token: "attribute.value", foreground: colours.string },
  { token: "string.key.json", foreground: colours.type },
  { token: "delimiter", foreground: colours.delimiter },
];

export const DARK = {
  base: "vs-dark",
  inherit: true,
  rules: rules({
    comment: "8b93a7", keyword: "8fb4ff", string: "a5d6a0", number: "f2b880", type: "7fd4d9", delimiter: "b4bccd",
  }),
  colors: {
    "editor.background": "#151922",
    "editor.foreground": "#e3e7ef",
    "editor.lineHighlightBackground": "#1b202b",
    "editor.lineHighlightBorder": "#00000000",
    "editorLineNumber.foreground": "#7d869b",
    "editorLineNumber.activeForeground": "#c9d1e0",
    "editorIndentGuide.background1": "#252c3a",
    "editorWidget.background": "#1d2330",
    "editorWidget.border": "#323b4d",
    "editorGutter.background": "#151922",
  },
};

export const LIGHT = {
  base: "vs",
  inherit: true,
  rules: rules({
    comment: "667085", keyword: "2f4fc7", string: "1d7a3a", number: "a04a00", type: "0b6b78", delimiter: "4b5565",
  }),
  colors: {
    "editor.background": "#ffffff",
    "editor.foreground": "#1d2433",
    "editor.lineHighlightBackground": "#f5f7fb",
    "editor.lineHighlightBorder": "#00000000",
    "editorLineNumber.foreground": "#77809a",
    "editorLineNumber.activeForeground": "#1d2433",
    "editorIndentGuide.background1": "#e6eaf2",
    "editorWidget.background": "#ffffff",
    "editorWidget.border": "#d7ddea",
    "editorGutter.background": "#ffffff",
  },
};

export const JSON_LANGUAGE = {
  brackets: [["{", "}"], ["[", "]"]],
  autoClosingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: '"', close: '"', notIn: ["string"] },
  ],
};

export const JSON_TOKENS = {
  tokenizer: {
    root: [
      [/"(?:[^"\\]|\\.)*"(?=\s*:)/, "string.key.json"],
      [/"(?:[^"\\]|\\.)*"/, "string"],
      [/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/, "number"],
      [/\b(?:true|false|null)\b/, "keyword"],
      [/[{}[\],:]/, "delimiter"],
    ],
  },
};
