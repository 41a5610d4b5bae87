import { CannotTell } from '../core/errors.ts'
import { isZero, type Oid, type RefUpdate } from '../core/push.ts'

/**
 * The lines git gives to pre-push (githooks(5)): `<local ref> SP <local oid> SP <remote ref> SP <remote oid>`. Read from the right: the local
 * ref is what the user typed and may hold spaces (`HEAD@{0 seconds ago}`), the other three cannot.
 * @throws CannotTell for a line that is not of this form: what cannot be read cannot be judged.
 */
export function parseUpdates(input: string): readonly RefUpdate[] {
  return input
    .split('\n')
    .filter(line => line !== '')
    .map(parseLine)
}

function parseLine(line: string): RefUpdate {
  const match = /^(.*) ([0-9a-f]{40,64}) (\S+) ([0-9a-f]{40,64})$/.exec(line)
  if (match === null)
    throw new CannotTell(
      `git described this push in a way that ship-guard does not know: ${line}`,
      'Please report it, with the output of: git --version',
    )
  const [, localRef, localOid, remoteRef, remoteOid] = match as unknown as [string, string, Oid, string, Oid]
  return {
    localRef,
    remoteRef,
    ...(isZero(localOid) ? {} : { localOid }),
    ...(isZero(remoteOid) ? {} : { remoteOid }),
  }
}
