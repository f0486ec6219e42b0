import { EventEmitter } from 'node:events'

/** What preloads send; a window tells it. */
export const ipcMain = new EventEmitter()
