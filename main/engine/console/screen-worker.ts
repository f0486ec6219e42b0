import { parentPort } from 'node:worker_threads'

import { convertScreen } from './convert-screen.ts'

/** Converts one screen after the other; started by screen-picture.ts. */
export interface ScreenOrder {
  readonly data: Uint8Array
  readonly maxWidthPx: number
}

parentPort?.on('message', ({ data, maxWidthPx }: ScreenOrder) => {
  const answer = (png: Uint8Array<ArrayBuffer> | null) => parentPort?.postMessage(png, png === null ? [] : [png.buffer])
  convertScreen(data, maxWidthPx).then(answer, () => answer(null)) // no picture, whatever was wrong with it
})
