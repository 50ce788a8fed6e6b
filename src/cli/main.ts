process.stdout.write('gaitkeeper\n');
