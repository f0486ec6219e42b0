import { say } from '@strata/contract/words/say.ts'
import type { Host } from '../hosts/host.ts'
import { inParallel } from '../hosts/in-parallel.ts'
import { isSameOwner, type FileClaim, type FileOwner, type UnseenPlace } from './file-claim.ts'
import { fileKey, type FileKey } from './file-key.ts'
import { readImageLinks } from './image-links.ts'
import type { LyingImage } from './pool-images.ts'

/** One reason why a file is needed. */
export interface FileUse {
  readonly owner: FileOwner
  readonly role: FileClaim['role']
  /** 'itself': the owner names it. Else the image, nearest to the owner, that is built on it. */
  readonly through: 'itself' | { readonly imagePath: string }
}

const readsAtOnce = 16

interface Known {
  readonly path: string
  /** Keys of the images that this one is built on. */
  below: readonly FileKey[]
}

/** What is known of files at one moment. Files are told apart by what they are, not by their names. */
export class FileUses {
  readonly #claims: FileClaim[] = []
  readonly #lying: LyingImage[] = []
  readonly #known = new Map<FileKey, Known>()
  readonly #keys = new Map<string, FileKey>()
  /** By the key of the file itself. */
  readonly #direct = new Map<FileKey, FileClaim[]>()
  /** Which images stand directly on one. */
  readonly #above = new Map<FileKey, Set<FileKey>>()
  /** Images of which a pool has said what they are built on. */
  readonly #listed = new Set<FileKey>()
  readonly #unseen: UnseenPlace[]

  constructor(
    private readonly host: Host,
    unseen: readonly UnseenPlace[],
    /** Whose needs are no reason. An image that only they have is known all the same, and nobody else's. */
    private readonly except: readonly FileOwner[] = [],
  ) {
    this.#unseen = [...unseen]
  }

  addClaim(claim: FileClaim): void {
    this.#claims.push(claim)
  }

  addImage(image: LyingImage): void {
    this.#lying.push(image)
  }

  /** Reads the headers of all that was added, and of all that lies below. To be called once. */
  async follow(): Promise<void> {
    for (const claim of this.#claims) {
      const key = await this.keyOf(claim.path)
      this.#direct.set(key, [...(this.#direct.get(key) ?? []), claim])
    }
    for (const { path } of this.#lying) this.#listed.add(await this.keyOf(path))
    const said = new Map<FileKey, string>()
    for (const { path, backingPath } of this.#lying)
      if (backingPath !== null) said.set(await this.keyOf(path), backingPath)
    let round = [...new Set([...this.#claims.map(({ path }) => path), ...this.#lying.map(({ path }) => path)])]
    while (round.length > 0) {
      const found = await inParallel(round, readsAtOnce, (path) => this.#look(path, said))
      round = [...new Set(found.flat())]
    }
  }

  /** Why a file is needed, by whom: the nearest reasons first. Empty: nobody is known to need it. */
  async of(path: string): Promise<readonly FileUse[]> {
    const key = await this.keyOf(path)
    const uses: FileUse[] = this.#others(this.#direct.get(key) ?? []).map(({ owner, role }) => ({
      ...{ owner, role },
      through: 'itself',
    }))
    const seen = new Set([key])
    for (let round = [key]; round.length > 0;) {
      const above = round.flatMap((each) => [...(this.#above.get(each) ?? [])]).filter((each) => !seen.has(each))
      for (const each of above) {
        if (seen.has(each)) continue
        seen.add(each)
        uses.push(...this.#usesOver(each))
      }
      round = [...new Set(above)]
    }
    return uses
  }

  /** The images below one, from the next to the base. */
  async below(path: string): Promise<readonly string[]> {
    const chain: string[] = []
    const seen = new Set<FileKey>([await this.keyOf(path)])
    for (let round = [...seen]; round.length > 0;) {
      const next = round.flatMap((key) => this.#known.get(key)?.below ?? []).filter((key) => !seen.has(key))
      for (const key of next) {
        if (!seen.has(key)) chain.push(this.#known.get(key)?.path ?? key)
        seen.add(key)
      }
      round = next
    }
    return chain
  }

  /** What could not be looked at. While there is anything, "nobody needs it" is only a guess. */
  get unseen(): readonly UnseenPlace[] {
    return this.#unseen
  }

  /** Tells files apart; the same for the same file, whatever its path. */
  async keyOf(path: string): Promise<FileKey> {
    const known = this.#keys.get(path)
    if (known !== undefined) return known
    const key = await fileKey(this.host, path)
    this.#keys.set(path, key)
    return key
  }

  #others(claims: readonly FileClaim[]): readonly FileClaim[] {
    return claims.filter(({ owner }) => !this.except.some((each) => isSameOwner(each, owner)))
  }

  #usesOver(key: FileKey): FileUse[] {
    const imagePath = this.#known.get(key)?.path ?? key
    const claims = this.#direct.get(key) ?? []
    if (claims.length === 0)
      return [{ owner: { kind: 'image', path: imagePath }, role: 'other', through: { imagePath } }]
    return this.#others(claims).map(({ owner, role }) => ({ owner, role, through: { imagePath } }))
  }

  /** Gives the paths below that were not looked at yet. */
  async #look(path: string, said: ReadonlyMap<FileKey, string>): Promise<readonly string[]> {
    const key = await this.keyOf(path)
    if (this.#known.has(key)) return []
    const known: Known = { path, below: [] }
    this.#known.set(key, known)
    const paths = await this.#pathsBelow(path, said.get(key) ?? null)
    known.below = await Promise.all(paths.map((each) => this.keyOf(each)))
    for (const below of known.below) {
      if (below === key) continue
      this.#above.set(below, (this.#above.get(below) ?? new Set()).add(key))
    }
    return paths
  }

  async #pathsBelow(path: string, said: string | null): Promise<readonly string[]> {
    const told = said === null ? [] : [said]
    if (this.host.files === null) return told
    const links = await readImageLinks(this.host.files, path)
    if (links.kind === 'unseen' && !this.#listed.has(await this.keyOf(path))) this.#noteUnseen(path)
    return links.kind === 'read' ? [...links.paths, ...told] : told
  }

  /** Of what is no disk to anybody, such as a socket or a program, nothing is built on others. */
  #noteUnseen(path: string): void {
    const claim = this.#claims.find((each) => each.path === path && each.role !== 'other')
    if (claim === undefined || claim.role === 'firmware-variables') return
    this.#unseen.push({ sentence: say('diskImages.whatBuiltCannotKnown', { path }) })
  }
}
