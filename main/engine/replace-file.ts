import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

let replacements = 0

/** Puts new content in place at once: a crash leaves the old file or the new one, never half of one. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}-${(replacements += 1)}.new` // two at once must not write into one another
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } catch (error) {
    await file.close()
    await rm(temporary, { force: true })
    throw error
  }
  await file.close()
  await rename(temporary, path)
}
