import type { CloudImage } from '@strata/contract/images.ts'
import { describe, expect, it } from 'vitest'
import { creationOffers } from '../../testing/creation-offers.ts'
import { choiceTitle, imageChoice, mediaChoice, type Choice } from './choice.ts'
import { preselected, settledChoice } from './preselect.ts'

const images = creationOffers.images.map(imageChoice)
const media = creationOffers.media.flatMap((found) => mediaChoice(found) ?? [])
const like = (rest: Partial<CloudImage>): Choice[] =>
  creationOffers.images.map((image) => imageChoice({ ...image, state: 'remote', ...rest }))
const title = (choice: Choice | null) => (choice === null ? null : choiceTitle(choice))

describe('what stands chosen before anybody chose', () => {
  it('is a cloud image that is here', () => {
    expect(title(preselected({ images: images.toReversed(), media }))).toBe('Debian 12')
  })

  it('is else a download that was broken off', () => {
    const here = images.filter((choice) => choice.kind === 'image' && choice.image.state !== 'here')
    expect(title(preselected({ images: here, media }))).toBe('Fedora 43')
  })

  it('is else what its makers mend for long, can be verified and sets itself up', () => {
    expect(title(preselected({ images: like({}), media }))).toBe('Ubuntu 24.04 LTS')
    expect(title(preselected({ images: like({ version: '7' }), media }))).toBe('Debian 7')
    const unverified = creationOffers.images.map((image) =>
      imageChoice({ ...image, state: 'remote', verifiedBy: image.version === '24.04 LTS' ? 'nothing' : 'checksum' }),
    )
    expect(title(preselected({ images: unverified, media }))).toBe('Ubuntu 22.04 LTS')
    expect(title(preselected({ images: like({ verifiedBy: 'nothing' }), media }))).toBe('Debian 12')
  })

  it('is else the only medium, and nothing among several', () => {
    expect(title(preselected({ images: [], media: media.slice(0, 1) }))).toBe('ubuntu-22.04-server.iso')
    expect(preselected({ images: like({ needsSetup: false }), media })).toBeNull()
    expect(preselected({ images: [], media: [] })).toBeNull()
  })

  it('is nothing as long as the images are not known', () => {
    expect(preselected({ images: null, media: media.slice(0, 1) })).toBeNull()
  })
})

describe('what is chosen once the lists are known', () => {
  const fedora = images.find((choice) => title(choice) === 'Fedora 43')
  if (fedora === undefined) throw new Error('No Fedora is offered.')

  it('is what a person chose, with what is known of it now', () => {
    const settled = settledChoice(fedora, true, { images: like({ state: 'here' }), media: null })
    expect(settled).toMatchObject({ kind: 'image', image: { osId: 'fedora43', state: 'here' } })
  })

  it('follows the rule when Strata chose it, or when it is gone', () => {
    expect(title(settledChoice(fedora, false, { images, media }))).toBe('Debian 12')
    expect(title(settledChoice(fedora, true, { images: images.filter((each) => each !== fedora), media }))).toBe(
      'Debian 12',
    )
  })

  it('stays while nothing is known yet', () => {
    expect(settledChoice(fedora, true, { images: null, media: null })).toBe(fedora)
    expect(settledChoice(fedora, false, { images: null, media: null })).toBe(fedora)
  })
})
