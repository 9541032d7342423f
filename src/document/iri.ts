const UCS = [
  "\\u{A0}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFEF}",
  ...[..."123456789ABCD"].map((plane) => `\\u{${plane}0000}-\\u{${plane}FFFD}`),
  "\\u{E1000}-\\u{EFFFD}",
].join("");
const PRIVATE = "\\u{E000}-\\u{F8FF}\\u{F0000}-\\u{FFFFD}\\u{100000}-\\u{10FFFD}";
const UNRESERVED = `A-Za-z0-9\\-._~${UCS}`;
const SUB_DELIMITERS = "!$&'()*+,;=";

/** Any number of these characters, or octets as %XX. */
const run = (characters: string): RegExp => new RegExp(`^(?:[${characters}]|%[0-9A-Fa-f]{2})*$`, "u");

const USER = run(`${UNRESERVED}${SUB_DELIMITERS}:`);
const HOST = run(`${UNRESERVED}${SUB_DELIMITERS}`);
const PATH = run(`${UNRESERVED}${SUB_DELIMITERS}:@/`);
const QUERY = run(`${UNRESERVED}${SUB_DELIMITERS}${PRIVATE}:@/?`);
const FRAGMENT = run(`${UNRESERVED}${SUB_DELIMITERS}:@/?`);
const ASCII = /^[\x21-\x7E]*$/;

const PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/su;

/**
 * Whether a text is an IRI with its scheme (RFC 3987, 2.2); xAPI's IRLs are such too. An http or https IRI needs a
 * host besides (RFC 9110, 4.2.1).
 */
export const isIri = (text: string): boolean => {
  const parts = PARTS.exec(text);
  if (parts === null) return false;
  const [, scheme = "", authority, path = "", query = "", fragment = ""] = parts;
  if (/^https?$/i.test(scheme) && !/^(?:[^@]*@)?[^:]/.test(authority ?? "")) return false;
  if (authority !== undefined && !isAuthority(authority)) return false;
  return PATH.test(path) && QUERY.test(query) && FRAGMENT.test(fragment);
};

/** Whether a text is a URI: an IRI in ASCII (RFC 3986). */
export const isUri = (text: string): boolean => ASCII.test(text) && isIri(text);

const isAuthority = (authority: string): boolean => {
  const [, user = "", host = "", port = ""] = /^(?:(.*)@)?(\[.*\]|[^:]*)(?::(.*))?$/su.exec(authority) ?? [];
  if (!USER.test(user) || !/^\d*$/.test(port)) return false;
  return host.startsWith("[") && host.endsWith("]") ? isLiteral(host.slice(1, -1)) : HOST.test(host);
};

const isLiteral = (literal: string): boolean =>
  /^v[0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/i.test(literal) || isIpv6(literal);

/** An IPv6 address: eight groups, of which "::" stands for one or more; the last two may be an IPv4 address. */
const isIpv6 = (text: string): boolean => {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return false;
  const groups = [...groupsOf(head), ...groupsOf(tail ?? "")];
  const last = groups.at(-1);
  const isIpv4 = last !== undefined && text.endsWith(last) && IPV4.test(last);
  const length = groups.length + (isIpv4 ? 1 : 0);
  const plain = isIpv4 ? groups.slice(0, -1) : groups;
  return (
    plain.every((each) => /^[0-9A-Fa-f]{1,4}$/.test(each)) && (tail === undefined ? length === 8 : length < 8)
  );
};

const IPV4 = /^(?:(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/;
const groupsOf = (text: string): readonly string[] => (text === "" ? [] : text.split(":"));

const ATOM = `(?:[A-Za-z0-9\\-_~!$&'*+=${UCS}]|%[0-9A-Fa-f]{2})+`;
const LABEL = `[A-Za-z0-9${UCS}](?:[A-Za-z0-9\\-${UCS}]*[A-Za-z0-9${UCS}])?`;
const MAILTO = new RegExp(`^mailto:${ATOM}(?:\\.${ATOM})*@${LABEL}(?:\\.${LABEL})*$`, "u");

/** Whether a text is "mailto:" and one email address (RFC 6068), with no header fields (xAPI 1.0.3 Part Two, 2.4.2.3). */
export const isMailto = (text: string): boolean => MAILTO.test(text);
