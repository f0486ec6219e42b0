import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const fileIn = (cacheDir: string) => join(cacheDir, 'window-port')

/** The port on which the window was served the last time; 0: any. */
export async function rememberedPort(cacheDir: string): Promise<number> {
  const text = await readFile(fileIn(cacheDir), 'utf8').catch(() => '') // none yet, or not to be read: any port does
  const port = /^\d{4,5}\n?$/.test(text) ? Number(text) : 0
  return port >= 1024 && port <= 65_535 ? port : 0
}

/** Forgotten is no harm: the next window reads its files anew. */
export async function rememberPort(cacheDir: string, url: string): Promise<void> {
  const { port } = new URL(url)
  if (Number(port) === (await rememberedPort(cacheDir))) return
  try {
    await mkdir(cacheDir, { recursive: true, mode: 0o700 })
    await writeFile(fileIn(cacheDir), `${port}\n`, { mode: 0o600 })
  } catch {
    // A folder that cannot be written to is told of by whoever needs it.
  }
}
