// What Node and the browser have alike. Only this folder's own type check reads it: the projects that
// import the contract bring the full types of their platform.
declare class Blob {
  readonly size: number
  readonly type: string
  arrayBuffer(): Promise<ArrayBuffer>
}
declare function btoa(binary: string): string
declare function atob(base64: string): string
