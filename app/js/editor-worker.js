// Monaco's helper: word suggestions and differences, off the page's thread.
import "monaco-editor/editor/editor.worker.js";
