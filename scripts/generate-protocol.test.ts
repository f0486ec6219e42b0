import { readFileSync, readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { generateProtocol, outputFolder } from './generate-protocol.ts'

it('finds the generated protocol as it would write it', () => {
  const files = generateProtocol()
  expect(
    readdirSync(outputFolder)
      .filter((name) => name.endsWith('.generated.ts'))
      .sort(),
  ).toEqual([...files.keys()].sort())
  for (const [name, text] of files)
    expect(readFileSync(outputFolder + name, 'utf8') === text, `${name} is stale`).toBe(true)
})
