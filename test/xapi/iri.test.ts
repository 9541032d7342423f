import { describe, it } from "node:test";
import { isIri, isMailto, isUri } from "../../src/document/iri.ts";
import { no, yes } from "./texts.ts";

describe("An IRI", () => {
  it("is of any scheme, in any script, with a host of any kind", () => {
    yes(isIri, "urn:x", "tag:example.org,2026:a", "git+ssh://example.org/a", "mailto:ada@example.edu", "a:");
    yes(
      isIri,
      "https://example.org",
      "https://example.org:/",
      "https://ada:b@example.org:8080/a;b=1/?c#d",
      "HTTP://a",
    );
    yes(isIri, "http://example.com/فعل/خواندن", "https://例え.jp/?q=引く#𠀀", "https://a/?\u{e000}");
    yes(isIri, "https://127.0.0.1/", "https://[::]/", "https://[::1]:80", "https://[1:2:3:4:5:6:7:8]/");
    yes(
      isIri,
      "https://[::ffff:127.0.0.1]/",
      "https://[1::]",
      "https://[v1.a:b]/",
      "file:///etc",
      "urn:%C3%BC",
    );
  });

  it("has a scheme, only such characters as RFC 3987 has there, and for http a host", () => {
    no(
      isIri,
      "",
      ":",
      "//example.org",
      "example.org",
      "1a:b",
      "ä:b",
      "a b:c",
      "https:",
      "https:/a",
      "https://",
      "http://:80",
    );
    no(
      isIri,
      "urn:a b",
      "urn:a\n",
      "urn:\u0000",
      "urn:{a}",
      "urn:a|b",
      "urn:a^b",
      "urn:`",
      'urn:"',
      "urn:a\\b",
      "urn:<a>",
    );
    no(
      isIri,
      "urn:%",
      "urn:%a",
      "urn:%gg",
      "urn:a#b#c",
      "urn:[a]",
      "https://a/[b]",
      "urn:\u{e000}",
      "urn:\ufffe",
      "urn:\ud800",
    );
    no(
      isIri,
      "https://a:b/",
      "https://a:1:2/",
      "https://a@b@c/",
      "https://[::1",
      "https://::1/",
      "https://[v1.ab",
    );
    no(
      isIri,
      "https://[]/",
      "https://[1:2]/",
      "https://[1:2:3:4:5:6:7:8:9]",
      "https://[::1::]",
      "https://[12345::]",
    );
    no(
      isIri,
      "https://[:1:2:3:4:5:6:7:8]",
      "https://[::256.0.0.1]",
      "https://[::1.2.3]",
      "https://[::1.2.3.4.]",
    );
    no(isIri, "https://[1:2:3:4:5:6:7::8]x", "https://[1:2:3:4:5:6:7:1.2.3.4]", "https://[1.2.3.4::]");
  });

  it("is a URI where it is ASCII", () => {
    yes(isUri, "https://example.org/a%20b");
    no(isUri, "https://example.org/ä", "example.org");
  });
});

describe("An mbox", () => {
  it("is mailto and one address", () => {
    yes(
      isMailto,
      "mailto:ada@example.edu",
      "mailto:a.b+c@b-c.d1",
      "mailto:ada@localhost",
      "mailto:ädä@exämple.edu",
      "mailto:a%40b@c.d",
    );
    no(
      isMailto,
      "mailto:a",
      "mailto:@b",
      "mailto:a@",
      "mailto:a@.b",
      "mailto:a@b.",
      "mailto:a@b..c",
      "mailto:.a@b",
      "mailto:a.@b",
    );
    no(
      isMailto,
      "mailto:a..b@c",
      "mailto:a@-b",
      "mailto:a@b-",
      "MAILTO:a@b.c",
      "mailto:a@b,c@d",
      "mailto:a@b.c\n",
      "mailto://a@b",
    );
  });
});
