import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, type EffectScope } from 'vue'
import { creationOffers } from '../../../testing/creation-offers.ts'
import { choiceKey, mediaChoice, type Choice } from '../choice.ts'
import { useDroppedFile } from './use-dropped-file.ts'

const found = creationOffers.media.flatMap((media) => mediaChoice(media) ?? [])
const [ubuntu] = found
if (ubuntu?.kind !== 'media') throw new Error('No ISO is offered.')

let scope: EffectScope
let asked: string[]
let outcome: string[]
/** What lies on the engine's computer beside what was found. */
let elsewhere: ReadonlyMap<string, Choice>

beforeEach(() => {
  asked = []
  outcome = []
  elsewhere = new Map()
  scope = effectScope()
  scope.run(() =>
    useDroppedFile({
      found: () => found,
      inspect: async (path) => {
        asked.push(path)
        const choice = elsewhere.get(path)
        if (choice === undefined) throw new Error(`There is no ${path}.`)
        return choice
      },
      onChoice: (choice) => outcome.push(choiceKey(choice)),
      onPath: (path) => outcome.push(`at ${path}`),
      onDefinition: (xml) => outcome.push(xml),
      onUnknown: (name) => outcome.push(`where is ${name}?`),
    }),
  )
})
afterEach(() => {
  scope.stop()
})

/** A file as the page is told of it: no path. The size is said, as nobody holds a gigabyte for a test. */
async function drop(name: string, sizeBytes: number, text = ''): Promise<void> {
  const file = new File([text], name)
  Object.defineProperty(file, 'size', { value: sizeBytes })
  const event = new Event('drop', { cancelable: true })
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [file] } })
  window.dispatchEvent(event)
  expect(event.defaultPrevented).toBe(true)
  await vi.waitUntil(() => outcome.length > 0)
}

describe('a dropped file', () => {
  it('is chosen when one of its name and size was found', async () => {
    await drop(ubuntu.media.fileName, ubuntu.media.sizeBytes)
    expect(outcome).toEqual([choiceKey(ubuntu)])
    expect(asked).toEqual([])
  })

  it('is looked for beside what was found, and must be as long', async () => {
    elsewhere = new Map([['/home/ada/Downloads/new.iso', ubuntu]])
    await drop('new.iso', ubuntu.media.sizeBytes)
    expect(outcome).toEqual([choiceKey(ubuntu)])
    outcome = []
    await drop('new.iso', 7)
    expect(outcome).toEqual(['where is new.iso?'])
  })

  it('is asked after when nobody says where it lies', async () => {
    await drop('gone.iso', 7)
    expect(outcome).toEqual(['where is gone.iso?'])
  })

  it('is read as it is when it is libvirt XML', async () => {
    await drop('machine.xml', 9, '<domain/>')
    expect(outcome).toEqual(['<domain/>'])
  })
})
