import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { connectFleet } from '../../../testing/connect-fleet.ts'
import { creationOffers } from '../../../testing/creation-offers.ts'
import { FleetEngine } from '../../../testing/fleet-engine.ts'
import { generateFleet } from '../../../testing/generated-fleet.ts'
import { MachineEngine } from '../../../testing/machine-engine.ts'
import CreateDefinitionDialog from './CreateDefinitionDialog.vue'

const patience = { timeout: 15_000 }

/** The dialog hangs on the page's body, outside of what is mounted. */
const all = <T extends Element>(selector: string) => [...document.body.querySelectorAll<T>(selector)]
const use = () => all<HTMLButtonElement>('button').find((each) => each.textContent.includes('Use it'))
const boxes = () => all<HTMLButtonElement>('[role=checkbox]')

function openDialog(xml: string) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const fleet = new FleetEngine(generateFleet(2))
  const machines = new MachineEngine(
    fleet,
    () => null,
    () => 'ticket',
    creationOffers,
  )
  connectFleet({ router: { ...fleet.router, ...machines.router } })
  return mount(CreateDefinitionDialog, {
    props: { open: true, hostId: 'local-session', initialText: xml },
    global: { plugins: [pinia] },
    attachTo: document.body,
  })
}

describe('the dialog for a definition from elsewhere', { timeout: 40_000 }, () => {
  it('takes one that reaches out of the machine only with each of its lines ticked', async () => {
    const xml = "<domain>\n<source path='/a/.profile'/>\n<source path='/b'/>\n</domain>"
    const dialog = openDialog(xml)
    await vi.waitUntil(() => boxes().length === 2, patience)
    expect(document.body.textContent).toContain('2 lines reach out of the machine:')
    expect(document.body.textContent).toContain('Line 2')
    // Each box is named by what its line does, and described by the line itself.
    const [first, second] = boxes()
    expect(document.getElementById(first?.getAttribute('aria-describedby') ?? '')?.textContent).toContain('/a/.profile')
    expect(use()?.disabled).toBe(true)
    first?.click()
    await vi.waitUntil(() => first?.getAttribute('aria-checked') === 'true', patience)
    expect(use()?.disabled).toBe(true)
    second?.click()
    await vi.waitUntil(() => use()?.disabled === false, patience)
    use()?.click()
    expect(dialog.emitted('choose')?.[0]).toMatchObject([
      { source: { kind: 'definition', xml, allowed: ['writes /a/.profile', 'writes /b'] } },
    ])
  })

  it('takes one that stays inside without a question', async () => {
    openDialog('<domain>\n</domain>')
    await vi.waitUntil(() => use()?.disabled === false, patience)
    expect(boxes()).toEqual([])
  })
})
