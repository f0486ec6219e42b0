import { accessSync, constants } from 'node:fs'

/** Whether this process may write to a file: then a repair of it can be a button. */
export function isWritableHere(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false // whatever the reason, it is not for us to write
  }
}
