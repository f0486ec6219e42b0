import { implement } from '@orpc/server'
import type { FoundMedia } from '@strata/contract/create.ts'
import { contract } from '@strata/contract/index.ts'
import { expect, it } from 'vitest'
import { connectFleet } from '../../../testing/connect-fleet.ts'
import { creationOffers } from '../../../testing/creation-offers.ts'
import { useMediaInspection } from './use-media-inspection.ts'

// Somebody who types a path and presses Enter at once must not be overtaken by what typing asks a moment later.
it('gives who asks for a file that is being looked at the same answer, and asks the engine once', async () => {
  const [iso] = creationOffers.media
  if (iso === undefined) throw new Error('No medium is offered.')
  const answers: ((found: FoundMedia) => void)[] = []
  const os = implement(contract)
  const disconnect = connectFleet({
    router: {
      create: {
        inspectMedia: os.create.inspectMedia.handler(
          () => new Promise<FoundMedia>((resolve) => void answers.push(resolve)),
        ),
      },
    },
  })
  const inspection = useMediaInspection(() => 'here')
  const confirmed = inspection.look('/isos/a.iso')
  const typed = inspection.look('/isos/a.iso')
  await expect.poll(() => answers.length).toBe(1)
  answers[0]?.(iso)
  expect(await confirmed).toMatchObject({ fileName: iso.fileName })
  expect(await typed).toMatchObject({ fileName: iso.fileName })
  expect(inspection.isLooking.value).toBe(false)
  disconnect()
})
