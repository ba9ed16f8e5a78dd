import type { KnownBlock } from '@slack/types';

// What is read where something has arrived: the words of a Slack message and of a Teams card, in their order, with a line of space above a heading.

type Node = Record<string, unknown>;
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? (value as Node[]) : []);
const words = (value: unknown): string => (typeof value === 'string' ? value : String((value as Node | undefined)?.text ?? ''));
const pressed = (label: unknown) => `[${words(label)}]`;
/** A second line of the same item stands under its first. */
const bullet = (text: string) => `• ${text.replaceAll('\n', '\n  ')}`;

const inlines = (all: unknown): string => nodes(all).map(words).join('');

const slackBlock = (block: Node): string => {
  switch (block.type) {
    case 'header':
      return `\n${words(block.text)}`;
    case 'section': {
      const { accessory } = block as { accessory?: Node };
      return [words(block.text), ...(accessory ? [pressed(accessory.text)] : [])].join('\n');
    }
    case 'context':
      return inlines(block.elements);
    case 'actions':
      return nodes(block.elements)
        .map(({ text }) => pressed(text))
        .join('  ');
    case 'rich_text':
      return nodes(block.elements)
        .flatMap((element) =>
          element.type === 'rich_text_list'
            ? nodes(element.elements).map((item) => bullet(inlines(item.elements)))
            : [inlines(element.elements)],
        )
        .join('\n');
    default:
      throw new Error(`what a reader sees of a Slack block “${block.type}” is not said here`);
  }
};

export const visibleSlack = (blocks: readonly KnownBlock[]): string => nodes(blocks).map(slackBlock).join('\n').trim();

const teamsElement = (element: Node): string => {
  switch (element.type) {
    case 'TextBlock':
      return element.style === 'heading' ? `\n${words(element)}` : words(element);
    case 'RichTextBlock':
      return inlines(element.inlines);
    case 'ColumnSet':
      return nodes(element.columns)
        .flatMap(({ items }) => nodes(items).map(teamsElement))
        .join('\n');
    case 'ActionSet':
      return nodes(element.actions)
        .map(({ title }) => pressed(title))
        .join('  ');
    default:
      throw new Error(`what a reader sees of a Teams element “${element.type}” is not said here`);
  }
};

export const visibleTeams = ({ body }: { body: readonly unknown[] }): string => nodes(body).map(teamsElement).join('\n').trim();
