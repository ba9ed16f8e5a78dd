// Everything works without this file. With it: the error summary takes the focus, a second click within a second is not sent, characters left are counted.
import { initAll } from './govuk-frontend.js';

document.body.classList.add('js-enabled', 'govuk-frontend-supported');
initAll();
