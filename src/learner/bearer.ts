/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1); undefined where there is none in that form. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? "")?.[1];
