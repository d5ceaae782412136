/** How sure the pairing of a scope's ID with its name and key is. */
export type Certainty = 'documented' | 'by name' | 'not published';

export interface Scope {
  /** The number that Manage API shows. */
  readonly id: string;
  /** As Manage API words it; absent where no public page pairs the ID with a name. */
  readonly name?: string;
  /** As `granted_scopes` spells it; absent where unknown. */
  readonly key?: string;
  readonly certainty: Certainty;
  readonly note?: string;
}

/**
 * The seven scopes of OttoKit's guide, in its order. TikTok Shop's public list of scopes prints no IDs, so a name
 * stands only where public material pairs the two; the others say so instead of guessing.
 */
export const neededScopes: readonly Scope[] = [
  {
    id: '430276',
    name: 'Order Information',
    key: 'seller.order.info',
    certainty: 'documented',
    note: 'off by default; TikTok may review it',
  },
  { id: '430148', name: 'Product Basic', key: 'seller.product.basic', certainty: 'documented' },
  { id: '431492', name: 'Product Modify', key: 'seller.product.write', certainty: 'by name' },
  { id: '430340', name: 'Fulfillment Basic', key: 'seller.fulfillment.basic', certainty: 'documented' },
  { id: '431876', certainty: 'not published' },
  { id: '434884', certainty: 'not published' },
  { id: '435012', certainty: 'not published' },
];

/**
 * Not one of the seven: what listing the shops needs. One public report pairs the ID with the name, so it is
 * suggested, never required.
 */
export const shopListScope: Scope = {
  id: '431812',
  name: 'Shop Authorized Information',
  key: 'seller.authorization.info',
  certainty: 'by name',
};

/** One scope in words: its ID and its name, or that the name is not published. */
export function scopeInWords(scope: Scope): string {
  return `${scope.id} ${scope.name ?? '(name not published: search this ID in Manage API)'}`;
}
