import { nearest } from '../../src/people/invite.ts';
