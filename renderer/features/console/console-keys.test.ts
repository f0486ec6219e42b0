import { describe, expect, it } from 'vitest'
import { keyCombinations, pressTogether, ReleaseGesture } from './console-keys.ts'

describe('pressTogether', () => {
  it('presses in order and lets go in the opposite order', () => {
    const sent: string[] = []
    const [ctrlAltDelete] = keyCombinations[0] ?? []
    if (ctrlAltDelete === undefined) throw new Error('Ctrl+Alt+Delete is the first one')
    pressTogether(
      { sendKey: (_keysym, code, down) => sent.push(`${code} ${down === true ? 'down' : 'up'}`) },
      ctrlAltDelete,
    )
    expect(sent).toEqual([
      'ControlLeft down',
      'AltLeft down',
      'Delete down',
      'Delete up',
      'AltLeft up',
      'ControlLeft up',
    ])
  })
})

describe('ReleaseGesture', () => {
  const play = (gesture: ReleaseGesture, ...events: readonly (readonly ['keydown' | 'keyup', string])[]) =>
    events.map(([type, code]) => gesture.see({ type, code }))

  it('ends the grab when Ctrl and Alt are let go', () => {
    expect(
      play(
        new ReleaseGesture(),
        ['keydown', 'ControlLeft'],
        ['keydown', 'AltLeft'],
        ['keyup', 'AltLeft'],
        ['keyup', 'ControlLeft'],
      ),
    ).toEqual([false, false, true, false])
  })

  it('leaves combinations with a third key to the guest', () => {
    expect(
      play(
        new ReleaseGesture(),
        ['keydown', 'ControlLeft'],
        ['keydown', 'AltLeft'],
        ['keydown', 'F2'],
        ['keyup', 'F2'],
        ['keyup', 'AltLeft'],
        ['keyup', 'ControlLeft'],
      ),
    ).not.toContain(true)
  })

  it('is not set off by one of them alone', () => {
    expect(play(new ReleaseGesture(), ['keydown', 'ControlLeft'], ['keyup', 'ControlLeft'])).not.toContain(true)
  })

  it('starts anew after another combination', () => {
    const gesture = new ReleaseGesture()
    play(gesture, ['keydown', 'ControlLeft'], ['keydown', 'KeyC'], ['keyup', 'KeyC'], ['keyup', 'ControlLeft'])
    expect(play(gesture, ['keydown', 'AltLeft'], ['keydown', 'ControlLeft'], ['keyup', 'ControlLeft'])).toEqual([
      false,
      false,
      true,
    ])
  })

  it('does not count a key that was held when the keyboard went elsewhere', () => {
    const gesture = new ReleaseGesture()
    play(gesture, ['keydown', 'ControlLeft'])
    gesture.forget()
    expect(play(gesture, ['keydown', 'AltLeft'], ['keyup', 'AltLeft'])).not.toContain(true)
  })
})
