import { describe, expect, it } from 'vitest'
import { creationOffers } from '../../testing/creation-offers.ts'
import { uuidOf } from '../../testing/generated-fleet.ts'
import {
  choiceKey,
  choiceTitle,
  imageChoice,
  matches,
  mediaChoice,
  pastStateChoice,
  templateChoice,
  withSource,
} from './choice.ts'

const choices = [
  ...creationOffers.images.map(imageChoice),
  ...creationOffers.media.flatMap((m) => mediaChoice(m) ?? []),
]
const found = (text: string) => choices.filter((choice) => matches(choice, text)).map(choiceKey)

describe('a choice', () => {
  it('is found by any of its words, in any order and case', () => {
    expect(found('22.04 UBUNTU')).toEqual([
      'image ubuntu22.04-amd64',
      'media /home/ada/Downloads/ubuntu-22.04-server.iso',
    ])
    expect(found('vmdk')).toEqual(['media /home/ada/Downloads/old-server.vmdk'])
    expect(found('pool virtio')).toHaveLength(1)
    expect(found('no such thing')).toEqual([])
    expect(found('')).toHaveLength(choices.length)
  })

  it('of a template is found by its name and its system', () => {
    const template = templateChoice({ uuid: uuidOf(1, 7), name: 'web-base', osName: 'Debian 12' })
    expect(matches(template, 'web debian')).toBe(true)
    expect(choiceKey(template)).toBe(`template ${uuidOf(1, 7)}`)
    expect(template.source).toEqual({ kind: 'template', uuid: uuidOf(1, 7) })
  })

  it('of a restore point is found by its machine and its name, and is one of its own', () => {
    const [first, second] = creationOffers.pastStates.map(pastStateChoice)
    if (first === undefined || second === undefined) throw new Error('No restore points are offered.')
    expect(matches(first, 'NGINX web')).toBe(true)
    expect(choiceKey(first)).not.toBe(choiceKey(second))
    expect(choiceTitle(first)).toBe('web-01 at “nginx works”')
    expect(withSource(first, { kind: 'empty' })).toBeNull()
  })

  it('installs by itself when its installer can be answered', () => {
    const installs = choices.flatMap(({ source }) => (source.kind === 'iso' ? [source.installs] : []))
    expect(installs).toEqual(['automatically', 'automatically', 'by-hand', 'by-hand'])
  })

  it('is used in another way of its own kind only', () => {
    const [image] = choices
    if (image === undefined) throw new Error('Nothing is offered.')
    const copy = { kind: 'cloud-image', imageId: 'debian12-amd64', disk: 'copy' } as const
    expect(withSource(image, copy)).toMatchObject({ kind: 'image', source: copy })
    expect(withSource(image, { kind: 'empty' })).toBeNull()
  })
})
