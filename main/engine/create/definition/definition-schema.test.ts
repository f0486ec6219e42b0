import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { machineCombinations } from '../../testing/machine-combinations.ts'
import { buildDefinition } from './definition.ts'

const run = promisify(execFile)
/** What virt-xml-validate looks a domain's definition up in; one process reads it once for all. */
const schema = '/usr/share/libvirt/schemas/domain.rng'
const atOnce = 100

describe('definitions of every kind of machine', () => {
  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'schema-'))))
  afterAll(() => rm(folder, { recursive: true }))

  async function write(name: string, xml: string): Promise<string> {
    const path = join(folder, name)
    await writeFile(path, xml)
    return path
  }

  const machines = machineCombinations(330, 4)

  it('are valid by libvirt’s own schema', { timeout: 120_000 }, async () => {
    expect(machines.length).toBeGreaterThanOrEqual(300)
    const texts = machines.map((machine) => buildDefinition(machine).toString())
    expect(new Set(texts).size).toBe(machines.length)
    const paths = await Promise.all(texts.map((text, index) => write(`${index}.xml`, text)))
    for (let at = 0; at < paths.length; at += atOnce) await validate(paths.slice(at, at + atOnce))
  })
})

/** @throws with the validator's words, which name file, line and element */
async function validate(paths: readonly string[]): Promise<void> {
  await run('xmllint', ['--noout', '--relaxng', schema, ...paths], { maxBuffer: 64 * 1024 ** 2 })
}
