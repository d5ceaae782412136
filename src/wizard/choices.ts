/** Choices that many menus share. */
export const goBack = { value: 'back', name: 'Go back' } as const;
export const comeBackLater = { value: 'later', name: 'I’ll come back later', hint: 'Everything is kept.' } as const;
