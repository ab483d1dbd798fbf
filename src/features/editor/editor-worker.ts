// Monaco's own worker, without any language service: Vite bundles it from here.
import 'monaco-editor/editor/editor.worker.js';
