import { contextBridge, ipcRenderer, webUtils } from 'electron'

// A page is told no paths of files; the user has dropped this one on the window, and it tells which it means.
contextBridge.exposeInMainWorld('strataShell', { pathOf: (file: File) => webUtils.getPathForFile(file) })

/**
 * Stands between the page and the shell: the page asks for its ports, the shell sends them, and they are passed on.
 * A context bridge cannot carry ports, a window message can.
 */
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window && isQuestion(event.data)) ipcRenderer.send('strata:ports-wanted')
})

ipcRenderer.on('strata:ports', (event) => {
  // To this very page only: a document of another origin in its place gets no ports.
  window.postMessage({ type: 'strata:ports' }, window.location.origin, event.ports)
})

function isQuestion(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'strata:ports-wanted'
}
