import { DomainPower } from './domain-power.ts'
import { flagBits, type Flags } from './flags.ts'
import * as enums from './protocol/enums.generated.ts'
import type { CallOptions } from './rpc/call-options.ts'
import { saveParamTypes, type SaveParams } from './param-types.ts'
import { fromParams } from './sent-params.ts'

/** A guest’s memory in files: saved states and dumps. Paths are those of the daemon’s host. */
export abstract class DomainSaving extends DomainPower {
  /** Writes its memory to disk and stops it; the next start goes on from there. @see virDomainManagedSave (182) */
  async managedSave(flags?: Flags<typeof enums.domainSaveRestoreFlags>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.connection.call('domainManagedSave', args, options)
  }

  /** @see virDomainHasManagedSaveImage (183) */
  async hasManagedSaveImage(options?: CallOptions): Promise<boolean> {
    return (await this.connection.call('domainHasManagedSaveImage', { dom: this.ref, flags: 0 }, options)).result !== 0
  }

  /** Throws the saved state away. @see virDomainManagedSaveRemove (184) */
  async managedSaveRemove(options?: CallOptions): Promise<void> {
    await this.connection.call('domainManagedSaveRemove', { dom: this.ref, flags: 0 }, options)
  }

  /** The description that its saved state will start with. @see virDomainManagedSaveGetXMLDesc (388) */
  async managedSaveGetXMLDesc(
    flags?: Flags<typeof enums.domainSaveImageXmlFlags>,
    options?: CallOptions,
  ): Promise<string> {
    const args = { dom: this.ref, flags: flagBits(enums.domainSaveImageXmlFlags, flags) }
    return (await this.connection.call('domainManagedSaveGetXmlDesc', args, options)).xml
  }

  /** Changes it, as far as the guest would not notice. @see virDomainManagedSaveDefineXML (389) */
  async managedSaveDefineXML(
    xml: string,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, dxml: xml, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.connection.call('domainManagedSaveDefineXml', args, options)
  }

  /** Writes its memory into a file and stops it; `Connection.domainRestore` goes on from there. @see virDomainSave (55) */
  async save(path: string, options?: CallOptions): Promise<void> {
    await this.connection.call('domainSave', { dom: this.ref, to: path }, options)
  }

  /** @param xml a description to use instead of the present one; null keeps it @see virDomainSaveFlags (232) */
  async saveFlags(
    path: string,
    xml: string | null,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = { dom: this.ref, to: path, dxml: xml, flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    await this.connection.call('domainSaveFlags', args, options)
  }

  /** Without `file` it is a managed save. @see virDomainSaveParams (440), libvirt 8.4 and later */
  async saveParams(
    params: SaveParams,
    flags?: Flags<typeof enums.domainSaveRestoreFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const flagArgs = { flags: flagBits(enums.domainSaveRestoreFlags, flags) }
    const args = { dom: this.ref, params: fromParams(saveParamTypes, params), ...flagArgs }
    await this.connection.call('domainSaveParams', args, options)
  }

  /** Writes its memory for a debugger. 'live' lets it run meanwhile, 'crash' stops it after. @see virDomainCoreDump (53) */
  async coreDump(path: string, flags?: Flags<typeof enums.domainCoreDumpFlags>, options?: CallOptions): Promise<void> {
    const args = { dom: this.ref, to: path, flags: flagBits(enums.domainCoreDumpFlags, flags) }
    await this.connection.call('domainCoreDump', args, options)
  }

  /** @param format all but 'raw' need the flag 'memory-only' @see virDomainCoreDumpWithFormat (334) */
  async coreDumpWithFormat(
    path: string,
    format: keyof typeof enums.domainCoreDumpFormat,
    flags?: Flags<typeof enums.domainCoreDumpFlags>,
    options?: CallOptions,
  ): Promise<void> {
    const args = {
      dom: this.ref,
      to: path,
      dumpformat: enums.domainCoreDumpFormat[format],
      flags: flagBits(enums.domainCoreDumpFlags, flags),
    }
    await this.connection.call('domainCoreDumpWithFormat', args, options)
  }
}
