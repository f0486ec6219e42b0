import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

import { screenText } from './screen-text.ts'

// What `virsh screenshot` gave for the test guest after some commands were typed into it.
const picture = readFileSync(new URL('testing/screen.png', import.meta.url))

describe('the text of a screen', () => {
  it('is read letter by letter from a picture', () => {
    const lines = screenText(picture)?.split('\n') ?? []
    expect(lines[1]).toBe('BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)')
    expect(lines).toContain('guest:/# cat /data/note')
    expect(lines).toContain('    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff')
    expect(lines.at(-1)).toBe('guest:/#')
  })

  it('is read in a window too, where letters are dark on a light ground', () => {
    const window = readFileSync(new URL('testing/window.png', import.meta.url)) // a question of Debian's installer
    expect(screenText(window)).toContain('[!!] Configure the network') // red on grey
    expect(screenText(window)).toContain('Name server addresses:')
    expect(screenText(window)).toContain('<Go Back>')
  })

  it('is nothing that can be guessed from bytes that are no picture', () => {
    expect(() => screenText(Buffer.alloc(64))).toThrow('not a PNG')
  })
})
