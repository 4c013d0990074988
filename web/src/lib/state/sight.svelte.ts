// SPDX-License-Identifier: Apache-2.0
//
// What questions are asked of: all of the register, which the server refuses to whoever may not see it all, or what
// this reader may see. A choice until the page is loaded anew; nobody gets a partial answer without having asked for it.
export const sight = $state({ visible: false });

// The question with what it is asked of. Read where the question is asked, so that a change asks again.
export const ofSight = <T extends object>(question: T): T & { sight?: 'visible' } => (sight.visible ? { ...question, sight: 'visible' } : question);
