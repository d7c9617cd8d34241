// The code editor behind a small interface of texts and numbers: one Monaco instance, one model per open file.
import * as monaco from "monaco-editor/editor/editor.api.js";
import "monaco-editor/features/bracketMatching/register.js";
import "monaco-editor/features/caretOperations/register.js";
import "monaco-editor/features/clipboard/register.js";
import "monaco-editor/features/codicon/register.js";
import "monaco-editor/features/comment/register.js";
import "monaco-editor/features/contextmenu/register.js";
import "monaco-editor/features/cursorUndo/register.js";
import "monaco-editor/features/find/register.js";
import "monaco-editor/features/folding/register.js";
import "monaco-editor/features/gotoError/register.js";
import "monaco-editor/features/gotoLine/register.js";
import "monaco-editor/features/hover/register.js";
import "monaco-editor/features/indentation/register.js";
import "monaco-editor/features/lineSelection/register.js";
import "monaco-editor/features/linesOperations/register.js";
import "monaco-editor/features/multicursor/register.js";
import "monaco-editor/features/quickCommand/register.js";
import "monaco-editor/features/smartSelect/register.js";
import "monaco-editor/features/suggest/register.js";
import "monaco-editor/features/toggleTabFocusMode/register.js";
import "monaco-editor/features/wordHighlighter/register.js";
import "monaco-editor/features/wordOperations/register.js";
import "monaco-editor/languages/definitions/css/register.js";
import "monaco-editor/languages/definitions/hcl/register.js";
import "monaco-editor/languages/definitions/html/register.js";
import "monaco-editor/languages/definitions/javascript/register.js";
import "monaco-editor/languages/definitions/markdown/register.js";
import "monaco-editor/languages/definitions/python/register.js";
import "monaco-editor/languages/definitions/yaml/register.js";
import { DARK, JSON_LANGUAGE, JSON_TOKENS, LIGHT } from "./editor-themes.js";

self.MonacoEnvironment = {
  getWorker: () => new Worker(new URL("./editor-worker.js", import.meta.url), { type: "module" }),
};

const SEVERITIES = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
};

const LANGUAGES = {
  tf: "hcl", hcl: "hcl", tfvars: "hcl", py: "python", js: "javascript", mjs: "javascript", cjs: "javascript",
  html: "html", htm: "html", json: "json", tfstate: "json", css: "css", yaml: "yaml", yml: "yaml", md: "markdown",
};

/** The language that a file's name promises. */
export function languageOf(path) {
  return LANGUAGES[path.split(".").pop().toLowerCase()] ?? "plaintext";
}

const uriOf = (path) => monaco.Uri.from({ scheme: "file", path: `/${path}` });

let defined = false;
function defineOnce() {
  if (defined) return;
  defined = true;
  monaco.editor.defineTheme("nuvola-dark", DARK);
  monaco.editor.defineTheme("nuvola-light", LIGHT);
  monaco.languages.register({ id: "json", extensions: [".json"] });
  monaco.languages.setLanguageConfiguration("json", JSON_LANGUAGE);
  monaco.languages.setMonarchTokensProvider("json", JSON_TOKENS);
}

/** Colours a text as the editor would; gives HTML. */
export async function colorize(text, language) {
  defineOnce();
  return monaco.editor.colorize(text, language, { tabSize: 2 });
}

export class Editor {
  /**
   * @param {HTMLElement} element
   * @param {boolean} dark
   * @param {(path: string) => void} onChange a person typed into a file
   * @param {(path: string) => void} onSave Ctrl-S
   */
  constructor(element, dark, onChange, onSave) {
    defineOnce();
    this.views = new Map();
    this.onChange = onChange;
    this.quiet = false;
    this.shown = "";
    this.editor = monaco.editor.create(element, {
      model: null,
      theme: dark ? "nuvola-dark" : "nuvola-light",
      automaticLayout: true,
      minimap: { enabled: false },
      fontFamily: getComputedStyle(element).getPropertyValue("--nv-font-code"),
      fontSize: 13,
      lineHeight: 20,
      padding: { top: 12, bottom: 12 },
      scrollBeyondLastLine: false,
      smoothScrolling: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      renderLineHighlight: "line",
      tabSize: 2,
      fixedOverflowWidgets: true,
      lineNumbersMinChars: 3,
      overviewRulerBorder: false,
      hideCursorInOverviewRuler: true,
      guides: { indentation: true },
      scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
      ariaLabel: element.getAttribute("aria-label") ?? "Code",
    });
    this.editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.KeyS, () => onSave(this.shown));
  }

  /** Opens a file's text, or replaces the text of an open one; undo still reaches back. */
  setText(path, text, readOnly) {
    const model = monaco.editor.getModel(uriOf(path));
    this.quiet = true;
    if (!model) {
      this.createModel(path, text, readOnly);
    } else if (model.getValue() !== text) {
      const edit = { range: model.getFullModelRange(), text };
      model.pushStackElement();
      model.pushEditOperations([], [edit], () => null);
      model.pushStackElement();
    }
    this.quiet = false;
  }

  createModel(path, text, readOnly) {
    const model = monaco.editor.createModel(text, languageOf(path), uriOf(path));
    model.updateOptions({ tabSize: path.endsWith(".py") ? 4 : 2, insertSpaces: true });
    model.readOnly = readOnly;
    model.onDidChangeContent(() => {
      if (!this.quiet) this.onChange(path);
    });
  }

  text(path) {
    return monaco.editor.getModel(uriOf(path))?.getValue();
  }

  /** Shows an open file, where it was left. */
  show(path, focus) {
    const model = monaco.editor.getModel(uriOf(path));
    if (!model) return;
    if (this.shown !== path) {
      this.views.set(this.shown, this.editor.saveViewState());
      this.shown = path;
      this.editor.setModel(model);
      this.editor.restoreViewState(this.views.get(path) ?? null);
      this.editor.updateOptions({ readOnly: Boolean(model.readOnly) });
    }
    if (focus) this.editor.focus();
  }

  close(path) {
    this.views.delete(path);
    if (this.shown === path) {
      this.shown = "";
      this.editor.setModel(null);
    }
    monaco.editor.getModel(uriOf(path))?.dispose();
  }

  /** @param {string} json the lab's problems of one file */
  mark(path, json) {
    const model = monaco.editor.getModel(uriOf(path));
    if (!model) return;
    const markers = JSON.parse(json).map((problem) => ({
      severity: SEVERITIES[problem.severity],
      message: problem.detail ? `${problem.summary}\n\n${problem.detail}` : problem.summary,
      startLineNumber: problem.startLine,
      startColumn: problem.startColumn,
      endLineNumber: problem.endLine,
      endColumn: Math.max(problem.endColumn, problem.startLine === problem.endLine ? problem.startColumn + 1 : 1),
    }));
    monaco.editor.setModelMarkers(model, "terraform", markers);
  }

  reveal(line, column) {
    this.editor.setPosition({ lineNumber: line, column });
    this.editor.revealLineInCenterIfOutsideViewport(line);
    this.editor.focus();
  }

  setDark(dark) {
    monaco.editor.setTheme(dark ? "nuvola-dark" : "nuvola-light");
  }
}
