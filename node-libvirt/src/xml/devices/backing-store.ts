import { integer, oneOf } from '../codec.ts'
import { part } from '../composition.ts'
import { property } from '../property.ts'
import { parsePath } from '../xml-path.ts'
import { xmlObject } from '../xml-object.ts'
import { DiskSource } from './disk-source.ts'

const INNER = parsePath('./backingStore').steps

/** The image that another one is laid over. An empty `<backingStore/>` says that the chain ends here. */
export class BackingStore extends xmlObject({
  type: property('./@type', oneOf('file', 'block', 'dir', 'network', 'volume', 'nvme', 'vhostuser')),
  index: property('./@index', integer),
  format: property('./format/@type', oneOf('raw', 'qcow2', 'qed', 'vmdk', 'vdi', 'vhd')),
  source: part('./source', DiskSource),
}) {
  /** The next image down, or null at the end of the chain. */
  get next(): BackingStore | null {
    const inner = new BackingStore({
      element: this.place.element,
      path: { steps: [...this.place.path.steps, ...INNER], attribute: null },
    })
    return inner.type === null ? null : inner
  }
}
