import { describe, expect, it } from 'vitest';
import { readPage } from '../src/page.ts';

describe('readPage', () => {
  it('is an anonymous visit without parameters', () => {
    expect(readPage('')).toEqual({ inbox: 'web', embedded: false });
  });

  it('takes the customer that the shop signed', () => {
    expect(readPage('?external_id=u1&name=%E6%B2%88&identifier_hash=ab').user).toEqual({
      external_id: 'u1',
      name: '沈',
      identifier_hash: 'ab',
    });
  });

  it('takes the language that the shop asks for', () => {
    expect(readPage('?lang=en-GB').language).toBe('en');
    expect(readPage('?lang=zh').language).toBe('zh-CN');
  });

  it('takes the context as an object, or as the name of the page', () => {
    expect(readPage('?context=%7B%22order%22%3A%22YS1%22%7D').context).toEqual({ order: 'YS1' });
    expect(readPage('?context=cart').context).toEqual({ page: 'cart' });
    expect(readPage('?context=%5B1%5D').context).toEqual({ page: '[1]' });
  });
});
