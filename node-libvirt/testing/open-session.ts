// Opens the user's session, or OPEN_URI, and prints, as JSON, the driver's type or why it failed. Tests run it as the
// unprivileged user where root would be treated otherwise: autospawn, polkit.
import { AuthenticationError, ConnectionError } from '../src/errors.ts'
import { openConnection } from '../src/open.ts'

async function main(): Promise<Record<string, string>> {
  try {
    const connection = await openConnection(process.env['OPEN_URI'] ?? 'test:///default', {
      autospawn: process.env['AUTOSPAWN'] !== 'no',
    })
    const type = await connection.getType()
    await connection.close()
    return { type }
  } catch (error) {
    if (error instanceof ConnectionError) return { reason: error.reason, message: error.message, detail: error.detail }
    if (error instanceof AuthenticationError)
      return { name: error.name, reason: error.reason, message: error.message, detail: error.detail }
    throw error
  }
}

process.stdout.write(JSON.stringify(await main()))
