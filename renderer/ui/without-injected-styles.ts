import type { Plugin } from 'vue'

const entry = { patch: () => undefined, dispose: () => undefined, _poll: () => undefined }
const head = { push: () => entry, hooks: { hook: () => () => undefined } }

/**
 * The component library writes its colours into a <style> element through the page head, which the window's
 * content policy refuses. theme.css has all of them, so the head is given as one that writes nothing.
 */
export const withoutInjectedStyles: Plugin = {
  install(app) {
    app.provide('usehead', head)
  },
}
