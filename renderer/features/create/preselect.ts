import type { CloudImage } from '@strata/contract/images.ts'
import { choiceKey, type Choice } from './choice.ts'

/** What there is to choose from; a list is null while it is still read. */
export interface Offers {
  readonly images: readonly Choice[] | null
  readonly media: readonly Choice[] | null
}

/**
 * What stands chosen before anybody chose, so that *New machine* and *Create* are enough:
 * 1. a cloud image that is here: it boots at once;
 * 2. a download that was broken off: the user wanted it once;
 * 3. to be downloaded, among those that set themselves up and can be verified: the first that its makers mend for long,
 *    else the first; then any that sets itself up;
 * 4. the only medium, when there is just one.
 * Nothing before the images are known: what is chosen does not change under the user's hand.
 */
export function preselected({ images, media }: Offers): Choice | null {
  if (images === null) return null
  const known = images.flatMap((choice) => (choice.kind === 'image' ? [choice] : []))
  const trusted = known.filter(({ image }) => image.needsSetup && image.verifiedBy !== 'nothing')
  const image =
    known.find((choice) => choice.image.state === 'here') ??
    known.find((choice) => choice.image.state === 'partly-here') ??
    trusted.find((choice) => isMendedForLong(choice.image)) ??
    trusted[0] ??
    known.find((choice) => choice.image.needsSetup)
  if (image !== undefined) return image
  const [only] = media ?? []
  return media?.length === 1 && only !== undefined ? only : null
}

/** As its makers say it of a release themselves: '24.04 LTS'. */
const isMendedForLong = ({ version }: CloudImage) => /\bLTS\b/.test(version)

/** The choice as the lists have it now: a download may have made it present; null: it is not there any more. */
function refreshed(choice: Choice, { images, media }: Offers): Choice | null {
  const list = choice.kind === 'image' ? images : choice.kind === 'media' ? media : null
  if (list === null) return choice
  const now = list.find((each) => choiceKey(each) === choiceKey(choice))
  if (now === undefined) return choice.kind === 'media' ? choice : null
  if (choice.kind === 'image' && now.kind === 'image') return { ...now, source: choice.source }
  return choice
}

/**
 * What is chosen now that the offers are known: what a person chose stays as long as it is there; what Strata chose
 * follows the rule.
 */
export function settledChoice(current: Choice | null, isByHand: boolean, offers: Offers): Choice | null {
  const kept = current === null ? null : refreshed(current, offers)
  return kept !== null && isByHand ? kept : (preselected(offers) ?? kept)
}
