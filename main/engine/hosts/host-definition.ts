/** A place where libvirt is to be found. */
export interface HostDefinition {
  /** 'local-session', 'local-system', 'demo', or a made id. */
  readonly id: string
  readonly label: string
  readonly uri: string
  /** Whether a missing session daemon is started; true unless said otherwise. */
  readonly autospawn?: boolean
  /** Added in Strata, and not there by itself. */
  readonly isAdded?: boolean
}
