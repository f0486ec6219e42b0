import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const clientFolder = fileURLToPath(new URL('../../node-libvirt/', import.meta.url))

/** node-libvirt's sources, tests and examples as the compiler sees them. */
export function readClient(): ts.Program {
  const configPath = join(clientFolder, 'tsconfig.json')
  const config = ts.readConfigFile(configPath, (path) => ts.sys.readFile(path))
  const { options, fileNames } = ts.parseJsonConfigFileContent(config.config, ts.sys, clientFolder)
  delete options.tsBuildInfoFile
  const program = ts.createProgram(fileNames, { ...options, noEmit: true, incremental: false })
  program.getTypeChecker() // binds, so that nodes know their parents
  return program
}

/** Tests of a daemon of one's own, below the client's folder. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts')
}

export function pathInClient(file: ts.SourceFile): string {
  return file.fileName.slice(clientFolder.length)
}

/** Everything that calls or is called: `visit` for each node below. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}
