// SPDX-License-Identifier: Apache-2.0
//
// Passkeys: between the bytes of the browser and the texts of the API.
import { api } from './client';

// What the server says of a passkey that is to be made.
export interface Offer {
  challenge: string;
  rp_id: string;
  rp_name: string;
  user_id: string;
  user_name: string;
  display_name: string;
  known: string[];
}

// The browser gave none: people cancelled, waited too long, or have none for this site.
export class NoPasskey extends Error {}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer | null): string {
  const plain = Array.from(new Uint8Array(bytes ?? new ArrayBuffer(0)), (byte) => String.fromCharCode(byte)).join('');
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export const knowsPasskeys = (): boolean => 'PublicKeyCredential' in window && !!navigator.credentials;

// Browsers use the passkeys of a site at its own name and below it.
export const isAtSite = (site: string | null | undefined, host = location.hostname): boolean => !!site && (host === site || host.endsWith(`.${site}`));

const es256 = -7;
const edDsa = -8;
const rs256 = -257;
const patienceMs = 300_000; // as long as the server's

async function ask(begin: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  let made: Credential | null;
  try {
    made = await begin();
  } catch (error) {
    throw new NoPasskey(error instanceof Error ? error.message : String(error));
  }
  if (!(made instanceof PublicKeyCredential)) throw new NoPasskey();
  return made;
}

export async function makePasskey(offer: Offer): Promise<{ challenge: string; client_data: string; attestation: string }> {
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: toBytes(offer.challenge),
        rp: { id: offer.rp_id, name: offer.rp_name },
        user: { id: toBytes(offer.user_id), name: offer.user_name, displayName: offer.display_name },
        pubKeyCredParams: [es256, edDsa, rs256].map((alg) => ({ type: 'public-key', alg })),
        excludeCredentials: offer.known.map((id) => ({ type: 'public-key', id: toBytes(id) })),
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
        attestation: 'none',
        timeout: patienceMs,
      },
    }),
  );
  const response = made.response as AuthenticatorAttestationResponse;
  return { challenge: offer.challenge, client_data: toText(response.clientDataJSON), attestation: toText(response.attestationObject) };
}

export async function usePasskey(): Promise<Record<string, string>> {
  const { challenge, rp_id } = await api.post<{ challenge: string; rp_id: string }>('/session/passkey/begin');
  const used = await ask(() =>
    navigator.credentials.get({
      publicKey: { challenge: toBytes(challenge), rpId: rp_id, userVerification: 'required', timeout: patienceMs },
    }),
  );
  const response = used.response as AuthenticatorAssertionResponse;
  return {
    challenge,
    id: toText(used.rawId),
    client_data: toText(response.clientDataJSON),
    authenticator_data: toText(response.authenticatorData),
    signature: toText(response.signature),
    user_handle: toText(response.userHandle),
  };
}
