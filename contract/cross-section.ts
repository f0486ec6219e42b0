import { eventIterator } from '@orpc/contract'
import { z } from 'zod'

import { procedure } from './procedure.ts'
import { machineRef } from './references.ts'
import { said } from './words/said.ts'

/** From the surface down. */
export const strataLayers = ['application', 'guest', 'machine', 'hypervisor', 'hardware'] as const
export const stratum = z.enum(strataLayers)
export type Stratum = z.infer<typeof stratum>

/** A thing in one layer. */
export const crossSectionNode = z.object({
  id: z.string(),
  stratum,
  title: said,
  detail: said,
  /** 0–1, drawn as a bar; null: nothing to measure. */
  share: z.number().min(0).max(1).nullable(),
  health: z.enum(['good', 'warning', 'broken', 'absent']),
  /** What this thing means for the user right now, for the line below the picture. */
  meaning: said,
  /** An address to open in the browser; null: none. */
  url: z.string().nullable(),
})
export type CrossSectionNode = z.infer<typeof crossSectionNode>

/** `upperId` is carried by `lowerId`, which is one layer or more below. */
export const crossSectionLink = z.object({ upperId: z.string(), lowerId: z.string() })

export const crossSection = z.object({
  captions: z.record(stratum, said),
  nodes: z.array(crossSectionNode),
  links: z.array(crossSectionLink),
})
export type CrossSection = z.infer<typeof crossSection>

export const crossSections = {
  /** The whole picture each time something in it changed. */
  watch: procedure.input(machineRef).output(eventIterator(crossSection)),
}
