import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { CodeBlock } from "./code-block";
import type { MathToken } from "./lexer";
import { safeHref } from "./links";
import { Formula } from "./formula";

const ENTITIES: Record<string, string> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
  "&nbsp;": "\u00a0",
};

function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function Link({ token, children }: { token: Tokens.Link; children: ReactNode }) {
  const href = safeHref(token.href);
  if (href === undefined) return <>{children}</>;
  const outside = !href.startsWith("/") && !href.startsWith("#");
  return (
    <a
      href={href}
      title={token.title ?? undefined}
      {...(outside ? { target: "_blank", rel: "noopener noreferrer nofollow" } : {})}
    >
      {children}
    </a>
  );
}

function inline(token: Token, key: number): ReactNode {
  switch (token.type) {
    case "text":
    case "escape": {
      const nested = (token as Tokens.Text).tokens;
      return nested ? (
        <Inlines key={key} tokens={nested} />
      ) : (
        <Fragment key={key}>{unescape((token as Tokens.Text).text)}</Fragment>
      );
    }
    case "strong":
      return (
        <strong key={key}>
          <Inlines tokens={(token as Tokens.Strong).tokens} />
        </strong>
      );
    case "em":
      return (
        <em key={key}>
          <Inlines tokens={(token as Tokens.Em).tokens} />
        </em>
      );
    case "del":
      return (
        <del key={key}>
          <Inlines tokens={(token as Tokens.Del).tokens} />
        </del>
      );
    case "codespan":
      return <code key={key}>{unescape((token as Tokens.Codespan).text)}</code>;
    case "br":
      return <br key={key} />;
    case "link":
      return (
        <Link key={key} token={token as Tokens.Link}>
          <Inlines tokens={(token as Tokens.Link).tokens} />
        </Link>
      );
    case "image": {
      // A picture from elsewhere would tell its server what is read here: shown as a link.
      const image = token as Tokens.Image;
      const href = safeHref(image.href);
      return href === undefined ? (
        <Fragment key={key}>{image.text}</Fragment>
      ) : (
        <a key={key} href={href} target="_blank" rel="noopener noreferrer nofollow">
          {image.text || href}
        </a>
      );
    }
    case "math":
      return (
        <Formula
          key={key}
          formula={(token as MathToken).formula}
          display={(token as MathToken).display}
        />
      );
    default:
      // Raw HTML among them: shown as the text it is.
      return <Fragment key={key}>{token.raw}</Fragment>;
  }
}

function Inlines({ tokens }: { tokens: Token[] | undefined }) {
  return <>{tokens?.map(inline)}</>;
}

function Table({ token }: { token: Tokens.Table }) {
  return (
    <div className="overflow-x-auto rounded-xl border" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col" style={{ textAlign: cell.align ?? "left" }}>
                <Inlines tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} style={{ textAlign: cell.align ?? "left" }}>
                  <Inlines tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function List({ token, growing }: { token: Tokens.List; growing: boolean }) {
  const items = token.items.map((item, index) => (
    <li key={index} className={item.task ? "task" : undefined}>
      {item.task && (
        <input
          type="checkbox"
          checked={item.checked ?? false}
          readOnly
          disabled
          aria-label={item.checked ? "Done" : "To do"}
          className="mr-2 size-3.5 align-[-0.1em] accent-accent"
        />
      )}
      <Blocks
        tokens={item.tokens.filter((part) => (part.type as string) !== "checkbox")}
        growing={growing}
        tight={!item.loose}
      />
    </li>
  ));
  return token.ordered ? <ol start={Number(token.start) || 1}>{items}</ol> : <ul>{items}</ul>;
}

/** A heading below the page's own, which is the only one of the first level. */
function Heading({ token }: { token: Tokens.Heading }) {
  const Tag = `h${Math.min(6, Math.max(2, token.depth))}` as "h2";
  return (
    <Tag className={`md-h${token.depth}`}>
      <Inlines tokens={token.tokens} />
    </Tag>
  );
}

/** Block tokens as elements; a token kind not known here is shown as its own text. */
export function Blocks({
  tokens,
  growing,
  tight = false,
}: {
  tokens: Token[];
  growing: boolean;
  tight?: boolean;
}) {
  return (
    <>
      {tokens.map((token, key) => {
        switch (token.type) {
          case "space":
          case "def":
            return null;
          case "heading":
            return <Heading key={key} token={token as Tokens.Heading} />;
          case "paragraph":
            return (
              <p key={key}>
                <Inlines tokens={(token as Tokens.Paragraph).tokens} />
              </p>
            );
          case "text": {
            const text = token as Tokens.Text;
            const content = text.tokens ? <Inlines tokens={text.tokens} /> : unescape(text.text);
            return tight ? <Fragment key={key}>{content}</Fragment> : <p key={key}>{content}</p>;
          }
          case "code": {
            const code = token as Tokens.Code;
            return (
              <CodeBlock key={key} code={code.text} language={code.lang ?? ""} growing={growing} />
            );
          }
          case "blockquote":
            return (
              <blockquote key={key}>
                <Blocks tokens={(token as Tokens.Blockquote).tokens} growing={growing} />
              </blockquote>
            );
          case "list":
            return <List key={key} token={token as Tokens.List} growing={growing} />;
          case "table":
            return <Table key={key} token={token as Tokens.Table} />;
          case "hr":
            return <hr key={key} />;
          case "math":
            return <Formula key={key} formula={(token as MathToken).formula} display />;
          case "html":
            return <p key={key}>{token.raw.trimEnd()}</p>;
          default:
            return <Fragment key={key}>{inline(token, key)}</Fragment>;
        }
      })}
    </>
  );
}
