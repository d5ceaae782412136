/** `id` and `name` are those in Manage API; `key` is the spelling in `granted_scopes`. */
export interface Scope {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  readonly note?: string;
}

/** In the order of OttoKit's guide. Source: two independent copies of TikTok Shop's official API reference. */
export const neededScopes: readonly Scope[] = [
  { id: '430276', name: 'Order Information', key: 'seller.order.info', note: 'sensitive, and often off by default' },
  { id: '430148', name: 'Product Basic', key: 'seller.product.basic' },
  { id: '431492', name: 'Product Modify', key: 'seller.product.write' },
  { id: '430340', name: 'Fulfillment Basic', key: 'seller.fulfillment.basic' },
  { id: '431876', name: 'Update Delivery Status', key: 'seller.delivery.status.write' },
  { id: '434884', name: 'Promotion Information', key: 'seller.promotion.info' },
  { id: '435012', name: 'Promotion Modify', key: 'seller.promotion.write' },
];

/** Listing shops requires this scope. OttoKit's guide doesn't mention it, so it is optional. */
export const shopListScope: Scope = {
  id: '431812',
  name: 'Shop Authorized Information',
  key: 'seller.authorization.info',
};

export const scopeInWords = ({ id, name }: Scope): string => `${id} ${name}`;

export const optionalScope = `Optional: ${scopeInWords(shopListScope)} shows your shop’s name here. OttoKit doesn’t need it.`;
