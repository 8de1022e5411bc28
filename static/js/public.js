// Says that scripts work, so that what needs them is shown.
document.documentElement.dataset.js = "";
