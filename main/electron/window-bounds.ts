import { readFile } from 'node:fs/promises'

import { replaceFile } from '@strata/engine/replace-file.ts'
import { z } from 'zod'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const MIN_WINDOW = { width: 960, height: 600 } as const
const FIRST_WINDOW = { width: 1360, height: 860 } as const
/** So much of the title bar has to be on a screen that a hand can take it. */
const GRIP = { width: 120, height: 40 } as const

const windowPlace = z.object({
  bounds: z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int(), height: z.number().int() }),
  maximized: z.boolean(),
})
/** Where the window was; the bounds are those that it has when it is not maximised. */
export type WindowPlace = z.infer<typeof windowPlace>

/** Null when nothing is remembered, or nothing that can be understood: the window then opens as the first time. */
export async function readWindowPlace(path: string): Promise<WindowPlace | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    return windowPlace.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export function saveWindowPlace(path: string, place: WindowPlace): Promise<void> {
  return replaceFile(path, `${JSON.stringify(place)}\n`)
}

/** The remembered bounds where a screen still shows them, else the middle of the main screen. */
export function fitBounds(wanted: Rectangle | null, workAreas: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  const home = wanted === null ? undefined : workAreas.find((area) => canGrip(wanted, area))
  const area = home ?? workAreas[0]
  const size = home === undefined || wanted === null ? FIRST_WINDOW : wanted
  const width = Math.min(Math.max(size.width, MIN_WINDOW.width), area.width)
  const height = Math.min(Math.max(size.height, MIN_WINDOW.height), area.height)
  if (home === undefined || wanted === null) {
    const middle = (start: number, room: number, needed: number) => start + Math.round((room - needed) / 2)
    return { x: middle(area.x, area.width, width), y: middle(area.y, area.height, height), width, height }
  }
  return { x: wanted.x, y: wanted.y, width, height }
}

function canGrip(wanted: Rectangle, area: Rectangle): boolean {
  const shared = Math.min(wanted.x + wanted.width, area.x + area.width) - Math.max(wanted.x, area.x)
  return shared >= GRIP.width && wanted.y >= area.y && wanted.y + GRIP.height <= area.y + area.height
}
