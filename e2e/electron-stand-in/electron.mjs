// What `import … from 'electron'` gives in the main process.
export { app } from './app.mjs'
export { BrowserWindow } from './browser-window.mjs'
export { dialog, nativeTheme, screen, shell, Menu } from './desktop.mjs'
export { ipcMain } from './ipc-main.mjs'
export { MessageChannelMain } from './ports.mjs'
export { protocol } from './protocol.mjs'
export { session } from './session.mjs'
export { utilityProcess } from './utility-process.mjs'
